package dev.acceld.probe.nvidia.mig;

import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.Symbol;

/** A call about partitions that could not be done without failed. */
public final class MigCallException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Symbol symbol;
  private final NvmlReturn answer;

  MigCallException(Symbol symbol, NvmlReturn answer) {
    super(symbol.function() + " returned " + answer + " (" + answer.code() + ")");
    this.symbol = symbol;
    this.answer = answer;
  }

  /** Which call. */
  public Symbol symbol() {
    return symbol;
  }

  /** What it answered. */
  public NvmlReturn answer() {
    return answer;
  }
}
