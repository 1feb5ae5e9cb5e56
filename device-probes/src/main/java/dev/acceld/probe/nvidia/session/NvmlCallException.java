package dev.acceld.probe.nvidia.session;

import dev.acceld.probe.nvidia.nvml.NvmlReturn;

/** A call that could not be done without failed. */
public final class NvmlCallException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String sentence;
  private final NvmlReturn answer;

  /**
   * The message reads {@code nvmlInit_v2 returned UNKNOWN (999)}.
   *
   * @param function the exported name
   */
  public NvmlCallException(String function, NvmlReturn answer) {
    super(function + " returned " + answer);
    this.sentence = function + " returned " + answer + " (" + answer.code() + ")";
    this.answer = answer;
  }

  /**
   * What the function returned: it tells whether only a device or the whole library is in trouble.
   */
  public NvmlReturn answer() {
    return answer;
  }

  @Override
  public String getMessage() {
    return sentence;
  }
}
