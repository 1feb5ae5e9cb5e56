package dev.acceld.probe.nvidia;

import dev.acceld.probe.nvidia.nvml.NvmlReturn;

/** A call that could not be done without failed. */
final class CallFailed extends Exception {
  private static final long serialVersionUID = 1L;

  private final String sentence;
  private final NvmlReturn answer;

  CallFailed(String function, NvmlReturn answer) {
    super(function + " answered " + answer);
    this.sentence = function + " answered " + answer + " (" + answer.code() + ")";
    this.answer = answer;
  }

  NvmlReturn answer() {
    return answer;
  }

  @Override
  public String getMessage() {
    return sentence;
  }
}
