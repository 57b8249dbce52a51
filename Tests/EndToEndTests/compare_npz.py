"""Compares the tensors of a .npz file with those of a safetensors file, bit by bit.

usage: compare_npz.py FILE.npz FILE.safetensors

Prints how many there are; exit status 1 where one differs.
"""
import json, struct, sys, zipfile
import numpy as np

archive, file = sys.argv[1:]
assert zipfile.ZipFile(archive).testzip() is None
found = np.load(archive, allow_pickle=False)
data = open(file, "rb").read()
length = struct.unpack("<Q", data[:8])[0]
header = json.loads(data[8 : 8 + length])
header.pop("__metadata__", None)
assert sorted(header) == sorted(found.files), (header.keys(), found.files)
for name, entry in header.items():
    begin, end = (8 + length + offset for offset in entry["data_offsets"])
    expected = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"])
    tensor = found[name]
    assert tensor.dtype == np.float32 and tensor.shape == expected.shape, (name, tensor.dtype, tensor.shape)
    assert tensor.tobytes() == expected.tobytes(), name
print(f"{len(header)} tensors")
