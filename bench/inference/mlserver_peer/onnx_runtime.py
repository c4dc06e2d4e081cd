"""An ONNX model behind MLServer, which has no runtime of its own for it: decode, run, encode with its own codecs."""

import onnxruntime as ort
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse
from mlserver.utils import get_model_uri


class OnnxModel(MLModel):
    async def load(self) -> bool:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self.session = ort.InferenceSession(await get_model_uri(self._settings), options)
        self.names = [output.name for output in self.session.get_outputs()]
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        feeds = {given.name: NumpyCodec.decode_input(given) for given in payload.inputs}
        outputs = self.session.run(self.names, feeds)
        encoded = [NumpyCodec.encode_output(name=name, payload=value) for name, value in zip(self.names, outputs)]
        return InferenceResponse(model_name=self.name, outputs=encoded)
