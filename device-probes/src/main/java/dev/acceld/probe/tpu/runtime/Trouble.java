package dev.acceld.probe.tpu.runtime;

import dev.acceld.probe.tpu.runtime.answer.BadAnswerException;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import org.jspecify.annotations.Nullable;

/**
 * What a call that failed says of the endpoint.
 *
 * @param kind what follows
 * @param reason in our words: a status has a text that the workload wrote
 */
record Trouble(Kind kind, String reason) {
  /** What follows from it. */
  enum Kind {
    /** Nothing listens there. */
    NOBODY,
    /** The connection is gone, and all that was told with it. */
    BROKEN,
    /** This metric does not exist here. */
    ABSENT,
    /** No answer in time; the next question may have one. */
    LATE,
    /** This answer is of no use. */
    USELESS
  }

  static Trouble of(Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE ->
          refused(status.getCause())
              ? new Trouble(Kind.NOBODY, "nothing listens there")
              : new Trouble(Kind.BROKEN, "the connection was closed");
      case DEADLINE_EXCEEDED -> new Trouble(Kind.LATE, "no answer within 1 s");
      case NOT_FOUND, INVALID_ARGUMENT, UNIMPLEMENTED ->
          new Trouble(Kind.ABSENT, "it does not exist there");
      case RESOURCE_EXHAUSTED ->
          new Trouble(
              Kind.USELESS,
              "an answer of more than "
                  + RuntimeTransport.MOST_ANSWER_BYTES / 1024
                  + " KiB, or the workload is overloaded");
      default -> useless(status);
    };
  }

  private static Trouble useless(Status status) {
    return switch (status.getCause()) {
      case BadAnswerException bad -> new Trouble(Kind.USELESS, String.valueOf(bad.getMessage()));
      // While it was unpacked.
      case StatusRuntimeException e when e.getStatus().getCode() == Code.RESOURCE_EXHAUSTED ->
          of(e.getStatus());
      case null, default -> new Trouble(Kind.USELESS, "an answer with status " + status.getCode());
    };
  }

  private static boolean refused(@Nullable Throwable cause) {
    for (Throwable e = cause; e != null; e = e.getCause()) {
      if (e instanceof ConnectException || e instanceof NoRouteToHostException) {
        return true;
      }
    }
    return false;
  }
}
