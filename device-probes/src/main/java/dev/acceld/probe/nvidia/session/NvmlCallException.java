package dev.acceld.probe.nvidia.session;

import dev.acceld.probe.nvidia.nvml.NvmlReturn;

/** A call that could not be done without failed. */
public final class NvmlCallException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String sentence;
  private final NvmlReturn answer;

  public NvmlCallException(String function, NvmlReturn answer) {
    super(function + " returned " + answer);
    this.sentence = function + " returned " + answer + " (" + answer.code() + ")";
    this.answer = answer;
  }

  public NvmlReturn answer() {
    return answer;
  }

  @Override
  public String getMessage() {
    return sentence;
  }
}
