package dev.acceld.probe.intel.drm;

import dev.acceld.probe.intel.drm.DrmQuery.Answer;
import dev.acceld.probe.intel.drm.DrmQuery.CardMemory;
import dev.acceld.probe.intel.drm.DrmQuery.Unknown;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;

/**
 * The memory regions of a GPU as its driver lists them. Layouts of {@code xe_drm.h} ({@code struct
 * drm_xe_query_mem_regions}) and {@code i915_drm.h} ({@code struct drm_i915_query_memory_regions}).
 * Pure.
 */
final class DrmRegions {
  /** Of a region, in both. */
  private static final int REGION_BYTES = 88;

  private static final int XE_HEAD_BYTES = 8;
  private static final int I915_HEAD_BYTES = 16;

  /** Memory of the card itself: class 1 in both. */
  private static final int LOCAL = 1;

  private static final int FIRST_AMOUNT = 8;
  private static final int SECOND_AMOUNT = 16;

  private DrmRegions() {}

  /**
   * Of xe: the total is what can be used, and what is in use reads 0 without the right to see it.
   */
  static Answer xe(ByteBuffer answer) {
    long total = 0;
    long used = 0;
    for (int at = XE_HEAD_BYTES, i = 0; i < regions(answer, XE_HEAD_BYTES); i++) {
      if (answer.getShort(at) == LOCAL) {
        total += amount(answer, at + FIRST_AMOUNT);
        used += amount(answer, at + SECOND_AMOUNT);
      }
      at += REGION_BYTES;
    }
    return answer(answer, XE_HEAD_BYTES, total, used <= total ? used : 0);
  }

  /** Of i915: it tells what is free, and without the right to see that, all is free. */
  static Answer i915(ByteBuffer answer) {
    long total = 0;
    long free = 0;
    for (int at = I915_HEAD_BYTES, i = 0; i < regions(answer, I915_HEAD_BYTES); i++) {
      if (answer.getShort(at) == LOCAL) {
        total += amount(answer, at + FIRST_AMOUNT);
        free += amount(answer, at + SECOND_AMOUNT);
      }
      at += REGION_BYTES;
    }
    return answer(answer, I915_HEAD_BYTES, total, free <= total ? total - free : 0);
  }

  /** That there is no local memory is told by other regions; nonsense tells nothing. */
  private static Answer answer(ByteBuffer answer, int head, long total, long used) {
    int count = regions(answer, head);
    boolean local =
        IntStream.range(0, count).anyMatch(i -> answer.getShort(head + i * REGION_BYTES) == LOCAL);
    return total == 0 && (local || count == 0) ? Unknown.INSTANCE : new CardMemory(total, used);
  }

  /** How many there are; no more than the answer has room for. */
  private static int regions(ByteBuffer answer, int head) {
    if (answer.limit() < head) {
      return 0;
    }
    int room = (answer.limit() - head) / REGION_BYTES;
    int told = answer.getInt(0);
    return told < 0 ? 0 : Math.min(told, room);
  }

  /** A card has less than 2^48 bytes: more is nonsense, and counts as nothing. */
  private static long amount(ByteBuffer answer, int at) {
    long amount = answer.getLong(at);
    return amount < 0 || amount >>> 48 != 0 ? 0 : amount;
  }
}
