package dev.acceld.agent.doctor;

import java.io.IOException;
import java.util.List;

/** One thing to look at. */
interface Check {
  /** The name of its findings. */
  String name();

  /**
   * Looks; may block for some seconds.
   *
   * @return at least one finding
   * @throws ClusterAccess.CannotAskException when the API server is needed and cannot be asked
   * @throws IOException when the look itself failed
   */
  List<Finding> look() throws IOException;
}
