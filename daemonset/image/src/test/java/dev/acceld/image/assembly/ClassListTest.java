package dev.acceld.image.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.image.ImageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;

class ClassListTest {
  @Test
  void numbersGoAndWhatTheArchiveLacksGoes() {
    SortedSet<String> list =
        ClassList.of(
            List.of(
                "# a remark",
                "java/lang/String id: 12",
                "dev/acceld/agent/Agent id: 13",
                "@lambda-form-invoker [LF_RESOLVE] java.lang.invoke.Thing delegate L3_I",
                "@cp java/lang/String 1 2"));

    assertThat(list)
        .containsExactly(
            "@lambda-form-invoker [LF_RESOLVE] java.lang.invoke.Thing delegate L3_I",
            "dev/acceld/agent/Agent",
            "java/lang/String");
  }

  @Test
  void theListOfThisModuleIsInThatForm() throws IOException {
    List<String> list = ClassList.read(Path.of(""));

    assertThat(list).contains("dev/acceld/agent/cli/Main", "java/lang/Object");
    assertThat(list).noneMatch(line -> line.contains("dev/acceld/fake/"));
    assertThat(ClassList.of(list)).containsExactlyElementsOf(list);
  }

  @Test
  void aListThatKnowsNearlyAllIsFresh() {
    List<String> list = List.of("a/A", "b/B", "@lambda-proxy x");

    Freshness fresh = Freshness.of(list, List.of("a/A", "b/B", "@lambda-proxy y"));

    assertThat(fresh.percent()).isEqualTo(100);
    assertThat(fresh.orFail("renew")).contains("100.0 %", "2 classes");
  }

  @Test
  void aListThatHasFallenBehindIsNamedWithExamplesAndRemedy() {
    Freshness stale = Freshness.of(List.of("a/A"), List.of("a/A", "b/New"));

    assertThatThrownBy(() -> stale.orFail("renew-it"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("50.0 %")
        .hasMessageContaining("b/New")
        .hasMessageContaining("renew-it");
  }
}
