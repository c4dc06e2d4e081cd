import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const program = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as file:
    file.writestr("tiny_slip.py", "size = 7\\n")
    file.writestr("tiny_slip-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny-slip\\nVersion: 1.0\\n")
    file.writestr("tiny_slip-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    file.writestr("tiny_slip-1.0.dist-info/RECORD", "")
`

/** A Python package of one line (`tiny_slip.size` is 7), as pip installs it without asking anybody. Answers its path. */
export async function makeWheel(folder: string): Promise<string> {
  const path = join(folder, 'tiny_slip-1.0-py3-none-any.whl')
  await promisify(execFile)('python3', ['-c', program, path])
  return path
}
