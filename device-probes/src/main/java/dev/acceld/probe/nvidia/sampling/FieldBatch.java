package dev.acceld.probe.nvidia.sampling;

import dev.acceld.probe.nvidia.nvml.FieldValues;

/** Fields that are asked for again and again, each with a key that says what it is. */
final class FieldBatch {
  final FieldValues values;
  private final int[] keys;

  /** False until it was filled, and again when something is to be left out. */
  boolean ready;

  FieldBatch(int capacity) {
    values = new FieldValues(capacity);
    keys = new int[capacity];
  }

  void clear() {
    values.clear();
    ready = true;
  }

  void add(int fieldId, int scope, int key) {
    keys[values.count()] = key;
    values.add(fieldId, scope);
  }

  int key(int i) {
    return keys[i];
  }
}
