package dev.acceld.machine.libtpu;

import dev.acceld.libtpu.proto.metrics.GetTpuRuntimeStatusResponse;
import dev.acceld.libtpu.proto.telemetry.CurrentCoreStateSummary;
import dev.acceld.libtpu.proto.telemetry.SequencerInfo;
import dev.acceld.libtpu.proto.telemetry.TpuCoreIdentifier;
import dev.acceld.libtpu.proto.telemetry.TpuCoreOnChipProto;
import dev.acceld.libtpu.proto.telemetry.TpuCoreTypeProto;
import dev.acceld.libtpu.proto.telemetry.TpuSequencerTypeProto;
import java.util.List;

/** The state of the cores: one TensorCore for each device. */
final class CoreStates {
  private CoreStates() {}

  static GetTpuRuntimeStatusResponse of(String hostName, List<TpuChipValues> chips) {
    GetTpuRuntimeStatusResponse.Builder all =
        GetTpuRuntimeStatusResponse.newBuilder().setHostName(hostName);
    for (TpuChipValues chip : chips) {
      int onChip = 0;
      for (int device : chip.devices()) {
        CurrentCoreStateSummary.Builder core =
            CurrentCoreStateSummary.newBuilder()
                .setCoreId(
                    TpuCoreIdentifier.newBuilder()
                        .setGlobalCoreId(device)
                        .setChipId(device / chip.devices().size())
                        .setCoreOnChip(
                            TpuCoreOnChipProto.newBuilder()
                                .setType(TpuCoreTypeProto.TPU_CORE_TYPE_TENSOR_CORE)
                                .setIndex(onChip)))
                .addSequencerInfo(
                    SequencerInfo.newBuilder()
                        .setSequencerType(
                            TpuSequencerTypeProto.TPU_SEQUENCER_TYPE_TENSOR_CORE_SEQUENCER)
                        .setSequencerIndex(0)
                        .setPc(4096)
                        .setRunId(1))
                .setXdbServerRunning(false);
        if (onChip == 0 && !chip.coreError().isEmpty()) {
          core.setErrorMessage(chip.coreError());
        }
        all.putCoreStates(device, core.build());
        onChip++;
      }
    }
    return all.build();
  }
}
