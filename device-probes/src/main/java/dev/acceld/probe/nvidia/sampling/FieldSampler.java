package dev.acceld.probe.nvidia.sampling;

import dev.acceld.probe.nvidia.nvml.NvmlReturn;

/** The part of a sample that takes one call: everything that has a field id. */
final class FieldSampler {
  private FieldSampler() {}

  static void read(SampleContext turn, GpuHandle gpu) {
    if (!turn.can(gpu, NvmlQuery.FIELDS)) {
      return;
    }
    FieldBatch batch = gpu.fields;
    if (batch.ready) {
      batch.values.again();
    } else {
      batch.clear();
      for (GpuField field : GpuField.ALL) {
        if (!gpu.unsupportedFields.contains(field)) {
          batch.add(field.id, field.scope, field.ordinal());
        }
      }
    }
    int count = batch.values.count();
    if (count == 0
        || !turn.good(gpu, NvmlQuery.FIELDS, turn.nvml.fieldValues(gpu.pointer, batch.values))) {
      return;
    }
    // The call as a whole succeeds on a dead GPU too: only its values tell.
    turn.forgetAnswer();
    for (int i = 0; i < count; i++) {
      take(turn, gpu, GpuField.ALL[batch.key(i)], i);
    }
  }

  private static void take(SampleContext turn, GpuHandle gpu, GpuField field, int i) {
    NvmlReturn status = gpu.fields.values.status(i);
    turn.note(status, "a field");
    if (status.never() || status == NvmlReturn.INVALID_ARGUMENT) {
      gpu.unsupportedFields.add(field);
      gpu.fields.ready = false;
    } else if (status.ok()) {
      double value = gpu.fields.values.value(i);
      if (field == GpuField.LINK_COUNT) {
        gpu.links = value >= 0 && value <= GpuHandle.MOST_LINKS ? (int) value : gpu.links;
      } else if (field.metric != null) {
        turn.put(field.metric, field.part, value / field.divisor);
      }
    }
  }
}
