"""A small network trained by Lightning's Trainer under autolog, checkpointed each epoch, then loaded back and compared."""

import tempfile

import lightning as L
import mlflow
import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch.utils.data import DataLoader, TensorDataset

mlflow.set_experiment("desk: Lightning")
mlflow.pytorch.autolog(checkpoint_monitor="val_loss", log_every_n_step=5)
L.seed_everything(7)


class Digits(L.LightningModule):
    def __init__(self, width=32):
        super().__init__()
        self.network = torch.nn.Sequential(torch.nn.Linear(64, width), torch.nn.ReLU(), torch.nn.Linear(width, 10))

    def forward(self, x):
        return self.network(x)

    def step(self, batch, name):
        x, y = batch
        output = self(x)
        loss = torch.nn.functional.cross_entropy(output, y)
        self.log(f"{name}_loss", loss, on_epoch=True)
        self.log(f"{name}_accuracy", (output.argmax(1) == y).float().mean(), on_epoch=True)
        return loss

    def training_step(self, batch, _):
        return self.step(batch, "train")

    def validation_step(self, batch, _):
        return self.step(batch, "val")

    def test_step(self, batch, _):
        return self.step(batch, "test")

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.01)


X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X.astype(np.float32) / 16, y, random_state=7)


def loader(X, y, shuffle=False):
    return DataLoader(TensorDataset(torch.from_numpy(X), torch.from_numpy(y)), batch_size=64, shuffle=shuffle)


model = Digits()
# Lightning keeps its own logs and checkpoints beside the script unless it is told where.
with tempfile.TemporaryDirectory() as folder, mlflow.start_run(run_name="digits") as run:
    stop_early = L.pytorch.callbacks.EarlyStopping(monitor="val_loss", patience=5)
    trainer = L.Trainer(
        max_epochs=8, default_root_dir=folder, callbacks=[stop_early], enable_progress_bar=False, accelerator="cpu"
    )
    trainer.fit(model, loader(X_train, y_train, shuffle=True), loader(X_test, y_test))
    trainer.test(model, loader(X_test, y_test))

again = mlflow.pytorch.load_model(f"runs:/{run.info.run_id}/model")
with torch.no_grad():
    assert torch.allclose(again(torch.from_numpy(X_test)), model(torch.from_numpy(X_test)))
checkpoint = mlflow.pytorch.load_checkpoint(Digits, run_id=run.info.run_id)
assert isinstance(checkpoint, Digits)
print("equal predictions")
