package dev.acceld.probe.nvidia.discovery;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the driver does not tell and NVIDIA's data sheets do, by exact product name; a name that is
 * not here has no such attributes. Dense figures: the sheets' own "with sparsity" is halved.
 *
 * @param bf16Teraflops of the tensor cores; empty where there is no bfloat16
 * @param bandwidth of the memory in GB/s (10^9)
 * @param source the sheet
 */
record GpuSpecs(OptionalInt bf16Teraflops, int bandwidth, String source) {
  private static final String A100 = "A100 Tensor Core GPU data sheet";
  private static final String H100 = "H100 Tensor Core GPU data sheet";
  private static final String H200 = "H200 Tensor Core GPU data sheet";
  private static final String GH200 = "GH200 Grace Hopper Superchip data sheet";

  private static final Map<String, GpuSpecs> SHEETS =
      Map.ofEntries(
          Map.entry("Tesla V100-SXM2-16GB", sheet(0, 900, "V100 data sheet")),
          Map.entry("Tesla V100-SXM2-32GB", sheet(0, 900, "V100 data sheet")),
          Map.entry("NVIDIA A100-SXM4-40GB", sheet(312, 1555, A100)),
          Map.entry("NVIDIA A100-PCIE-40GB", sheet(312, 1555, A100)),
          Map.entry("NVIDIA A100-SXM4-80GB", sheet(312, 2039, A100)),
          Map.entry("NVIDIA A100 80GB PCIe", sheet(312, 1935, A100)),
          Map.entry("NVIDIA A30", sheet(165, 933, "A30 data sheet")),
          Map.entry("NVIDIA A10", sheet(125, 600, "A10 data sheet")),
          Map.entry("NVIDIA A40", sheet(149, 696, "A40 data sheet")),
          Map.entry("NVIDIA L4", sheet(121, 300, "L4 data sheet")),
          Map.entry("NVIDIA L40", sheet(181, 864, "L40 data sheet")),
          Map.entry("NVIDIA L40S", sheet(362, 864, "L40S data sheet")),
          Map.entry("NVIDIA H100 80GB HBM3", sheet(989, 3350, H100)),
          Map.entry("NVIDIA H100 PCIe", sheet(756, 2000, H100)),
          Map.entry("NVIDIA H100 NVL", sheet(835, 3900, H100)),
          Map.entry("NVIDIA H200", sheet(989, 4800, H200)),
          Map.entry("NVIDIA H200 NVL", sheet(835, 4800, H200)),
          Map.entry("NVIDIA GH200 480GB", sheet(990, 4000, GH200)),
          Map.entry("NVIDIA B200", sheet(2250, 7700, "HGX B200 data sheet, a GPU of eight")),
          Map.entry("NVIDIA GB200", sheet(2500, 8000, "GB200 NVL72 data sheet, a GPU of 72")));

  static Optional<GpuSpecs> of(String product) {
    return Optional.ofNullable(SHEETS.get(product));
  }

  private static GpuSpecs sheet(int bf16Teraflops, int bandwidth, String source) {
    return new GpuSpecs(
        bf16Teraflops > 0 ? OptionalInt.of(bf16Teraflops) : OptionalInt.empty(), bandwidth, source);
  }
}
