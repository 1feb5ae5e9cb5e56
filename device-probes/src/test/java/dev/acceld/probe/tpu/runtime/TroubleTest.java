package dev.acceld.probe.tpu.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.probe.tpu.runtime.Trouble.Kind;
import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TroubleTest {
  private static final String THEIRS = "\u001b[31mtheir words";

  @Test
  void whereNobodyListensIsNoFault() {
    for (Throwable cause :
        new Throwable[] {
          new ConnectException("refused"),
          new NoRouteToHostException(),
          new IOException(new ConnectException("refused"))
        }) {
      assertThat(Trouble.of(Status.UNAVAILABLE.withCause(cause)).kind()).isEqualTo(Kind.NOBODY);
    }
    assertThat(Trouble.of(Status.UNAVAILABLE))
        .isEqualTo(new Trouble(Kind.BROKEN, "the connection was closed"));
    assertThat(Trouble.of(Status.UNAVAILABLE.withCause(new IOException("reset"))).kind())
        .isEqualTo(Kind.BROKEN);
  }

  @Test
  void anAnswerThatGrowsWhileItIsUnpackedIsTooLarge() {
    Throwable tooLarge = Status.RESOURCE_EXHAUSTED.withDescription(THEIRS).asRuntimeException();
    assertThat(Trouble.of(Status.CANCELLED.withCause(tooLarge)))
        .isEqualTo(Trouble.of(Status.RESOURCE_EXHAUSTED));
  }

  @ParameterizedTest
  @EnumSource(Status.Code.class)
  void everyStatusHasAReasonInOurWords(Status.Code code) {
    Trouble trouble = Trouble.of(code.toStatus().withDescription(THEIRS));
    assertThat(trouble.reason()).isNotBlank().doesNotContain("words");
    assertThat(trouble.kind())
        .isEqualTo(
            switch (code) {
              case UNAVAILABLE -> Kind.BROKEN;
              case DEADLINE_EXCEEDED -> Kind.LATE;
              case NOT_FOUND, INVALID_ARGUMENT, UNIMPLEMENTED -> Kind.ABSENT;
              default -> Kind.USELESS;
            });
  }
}
