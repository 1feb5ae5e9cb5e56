package dev.acceld.probe.nvidia.sampling;

import dev.acceld.device.Metric;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import org.jspecify.annotations.Nullable;

/**
 * NVLinks, one by one: all that has a field in one call; state and errors with a call for each
 * where the driver has no fields for them (before 520).
 */
final class LinkSampler {
  private static final int KEYS = 64;

  private LinkSampler() {}

  static void read(SampleContext turn, GpuHandle gpu) {
    if (gpu.links == 0 || !turn.goesOn()) {
      return;
    }
    boolean calls = gpu.unsupportedLinkFields.contains(LinkField.UP);
    if (calls) {
      byCalls(turn, gpu);
    }
    byFields(turn, gpu);
    if (!calls && gpu.unsupportedLinkFields.contains(LinkField.UP)) {
      byCalls(turn, gpu); // it just turned out
    }
  }

  private static void byFields(SampleContext turn, GpuHandle gpu) {
    FieldBatch batch = batch(gpu);
    int count = batch.values.count();
    if (count == 0
        || !turn.can(gpu, NvmlQuery.FIELDS)
        || !turn.good(gpu, NvmlQuery.FIELDS, turn.nvml.fieldValues(gpu.pointer, batch.values))) {
      return;
    }
    for (int first = 0; first < count; first += gpu.links) {
      LinkField field = LinkField.ALL[batch.key(first) / KEYS];
      boolean any = false;
      boolean never = true;
      for (int i = first; i < first + gpu.links; i++) {
        NvmlReturn status = batch.values.status(i);
        turn.note(status, "a field of an NVLink");
        never &= status.never() || status == NvmlReturn.INVALID_ARGUMENT;
        double value = status.ok() ? batch.values.value(i) : Double.NaN;
        if (!Double.isNaN(value)) {
          any = true;
          turn.put(field.metric, batch.key(i) % KEYS, value * field.factor);
        }
      }
      // With all links down none of them has counters: that says nothing about the driver.
      if (!any && never && (field == LinkField.UP || anyUp(turn, gpu))) {
        leaveOut(gpu, field);
      } else if (any && field.replaces() != null) {
        leaveOut(gpu, field.replaces());
      }
    }
  }

  private static boolean anyUp(SampleContext turn, GpuHandle gpu) {
    for (int link = 0; link < gpu.links; link++) {
      if (turn.values.get(Metric.NVLINK_UP, link) == 1) {
        return true;
      }
    }
    return false;
  }

  private static void leaveOut(GpuHandle gpu, @Nullable LinkField field) {
    if (field != null && gpu.unsupportedLinkFields.add(field) && gpu.linkFields != null) {
      gpu.linkFields.ready = false;
    }
  }

  private static FieldBatch batch(GpuHandle gpu) {
    FieldBatch batch = gpu.linkFields;
    if (batch == null) {
      batch = new FieldBatch(LinkField.ALL.length * gpu.links);
      gpu.linkFields = batch;
    }
    if (batch.ready) {
      batch.values.again();
      return batch;
    }
    batch.clear();
    for (LinkField field : LinkField.ALL) {
      if (!gpu.unsupportedLinkFields.contains(field)) {
        for (int link = 0; link < gpu.links; link++) {
          batch.add(field.id, link, field.ordinal() * KEYS + link);
        }
      }
    }
    return batch;
  }

  private static void byCalls(SampleContext turn, GpuHandle gpu) {
    for (int link = 0; link < gpu.links; link++) {
      if (turn.can(gpu, NvmlQuery.LINK_STATE)
          && turn.good(
              gpu,
              NvmlQuery.LINK_STATE,
              turn.nvml.get(NvmlQuery.LINK_STATE.symbol, gpu.pointer, link, turn.out))) {
        double up = turn.unsigned(0);
        turn.put(Metric.NVLINK_UP, link, up);
        if (up == 1) {
          errors(turn, gpu, NvmlQuery.LINK_REPLAYS, link, Metric.NVLINK_REPLAYS);
          errors(turn, gpu, NvmlQuery.LINK_RECOVERIES, link, Metric.NVLINK_RECOVERIES);
          errors(turn, gpu, NvmlQuery.LINK_CRC_ERRORS, link, Metric.NVLINK_CRC_ERRORS);
        }
      }
    }
  }

  private static void errors(
      SampleContext turn, GpuHandle gpu, NvmlQuery reading, int link, Metric metric) {
    if (turn.can(gpu, reading)
        && turn.good(
            gpu,
            reading,
            turn.nvml.get(reading.symbol, gpu.pointer, link, reading.selector, turn.out))) {
      turn.put(metric, link, turn.wide(0));
    }
  }
}
