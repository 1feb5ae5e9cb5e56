"""Prints metrics by their names."""
import sys
from libtpu.sdk import tpumonitoring

for name in sys.argv[1:]:
    print(name, *tpumonitoring.get_metric(name).data())
