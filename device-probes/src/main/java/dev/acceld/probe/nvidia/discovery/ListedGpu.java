package dev.acceld.probe.nvidia.discovery;

import com.sun.jna.Pointer;

/** A GPU as NVML lists it. */
record ListedGpu(int index, Pointer pointer) {}
