"""What libtpu makes of the variables TPU_*: the kind of the devices, then one line for each."""
import os
import libtpu

os.environ["TPU_LIBRARY_PATH"] = libtpu.get_library_path()
os.environ["JAX_PLATFORMS"] = "cpu"
from jax.experimental import topologies

devices = topologies.get_topology_desc(platform="tpu").devices
print("kind", devices[0].device_kind)
for device in devices:
    print("device", ",".join(map(str, device.coords)), device.process_index)
