package dev.acceld.probe.tpu.runtime.answer;

import dev.acceld.libtpu.proto.telemetry.CurrentCoreStateSummary;
import dev.acceld.libtpu.proto.telemetry.TpuCoreTypeProto;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What libtpu says of one core.
 *
 * @param core its number in the slice
 * @param chipId the chip's number, in whatever way libtpu counts
 * @param type {@code tensor-core}, {@code sparse-core} or {@code unknown}
 * @param error what is wrong with it, in libtpu's words; empty when nothing is
 */
public record CoreState(int core, OptionalInt chipId, String type, Optional<String> error) {
  static CoreState of(int core, CurrentCoreStateSummary summary) {
    return new CoreState(
        core,
        summary.getCoreId().hasChipId()
            ? OptionalInt.of(summary.getCoreId().getChipId())
            : OptionalInt.empty(),
        name(summary.getCoreId().getCoreOnChip().getType()),
        summary.getErrorMessage().isBlank()
            ? Optional.empty()
            : Optional.of(ForeignText.of(summary.getErrorMessage())));
  }

  private static String name(TpuCoreTypeProto type) {
    return switch (type) {
      case TPU_CORE_TYPE_TENSOR_CORE -> "tensor-core";
      case TPU_CORE_TYPE_SPARSE_CORE, TPU_CORE_TYPE_SPARSE_CORE_V0 -> "sparse-core";
      case TPU_CORE_TYPE_INVALID, UNRECOGNIZED -> "unknown";
    };
  }
}
