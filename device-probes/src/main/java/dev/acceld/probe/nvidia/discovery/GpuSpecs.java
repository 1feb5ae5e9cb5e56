package dev.acceld.probe.nvidia.discovery;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the driver does not tell and NVIDIA's data sheets do, by exact product name; a name that is
 * not here has no such attributes. Dense figures: the sheets' own "with sparsity" is halved.
 *
 * @param bf16Teraflops of the tensor cores; empty where there is no bfloat16
 * @param int8Teraops of the tensor cores; empty where they have no 8-bit integers
 * @param fp8Teraflops of the tensor cores; empty where they have no 8-bit floats
 * @param bandwidth of the memory in GB/s (10^9)
 * @param source the sheet
 */
record GpuSpecs(
    OptionalInt bf16Teraflops,
    OptionalInt int8Teraops,
    OptionalInt fp8Teraflops,
    int bandwidth,
    String source) {
  private static final String A100 = "A100 Tensor Core GPU data sheet";
  private static final String H100 = "H100 Tensor Core GPU data sheet";
  private static final String H200 = "H200 Tensor Core GPU data sheet";
  private static final String GH200 = "GH200 Grace Hopper Superchip data sheet";

  private static final Map<String, GpuSpecs> SHEETS =
      Map.ofEntries(
          Map.entry("Tesla V100-SXM2-16GB", sheet(0, 0, 0, 900, "V100 data sheet")),
          Map.entry("Tesla V100-SXM2-32GB", sheet(0, 0, 0, 900, "V100 data sheet")),
          Map.entry("NVIDIA A100-SXM4-40GB", sheet(312, 624, 0, 1555, A100)),
          Map.entry("NVIDIA A100-PCIE-40GB", sheet(312, 624, 0, 1555, A100)),
          Map.entry("NVIDIA A100-SXM4-80GB", sheet(312, 624, 0, 2039, A100)),
          Map.entry("NVIDIA A100 80GB PCIe", sheet(312, 624, 0, 1935, A100)),
          Map.entry("NVIDIA A30", sheet(165, 330, 0, 933, "A30 data sheet")),
          Map.entry("NVIDIA A10", sheet(125, 250, 0, 600, "A10 data sheet")),
          Map.entry("NVIDIA A40", sheet(149, 299, 0, 696, "A40 data sheet")),
          Map.entry("NVIDIA L4", sheet(121, 242, 242, 300, "L4 data sheet")),
          Map.entry("NVIDIA L40", sheet(181, 362, 362, 864, "L40 data sheet")),
          Map.entry("NVIDIA L40S", sheet(362, 733, 733, 864, "L40S data sheet")),
          Map.entry("NVIDIA H100 80GB HBM3", sheet(989, 1979, 1979, 3350, H100)),
          Map.entry("NVIDIA H100 PCIe", sheet(756, 1513, 1513, 2000, H100)),
          Map.entry("NVIDIA H100 NVL", sheet(835, 1671, 1671, 3900, H100)),
          Map.entry("NVIDIA H200", sheet(989, 1979, 1979, 4800, H200)),
          Map.entry("NVIDIA H200 NVL", sheet(835, 1671, 1671, 4800, H200)),
          Map.entry("NVIDIA GH200 480GB", sheet(990, 1979, 1979, 4000, GH200)),
          Map.entry(
              "NVIDIA B200", sheet(2250, 4500, 4500, 7700, "HGX B200 data sheet, a GPU of eight")),
          Map.entry(
              "NVIDIA GB200",
              sheet(2500, 5000, 5000, 8000, "GB200 NVL72 data sheet, a GPU of 72")));

  static Optional<GpuSpecs> of(String product) {
    return Optional.ofNullable(SHEETS.get(product));
  }

  private static GpuSpecs sheet(int bf16, int int8, int fp8, int bandwidth, String source) {
    return new GpuSpecs(known(bf16), known(int8), known(fp8), bandwidth, source);
  }

  private static OptionalInt known(int number) {
    return number > 0 ? OptionalInt.of(number) : OptionalInt.empty();
  }
}
