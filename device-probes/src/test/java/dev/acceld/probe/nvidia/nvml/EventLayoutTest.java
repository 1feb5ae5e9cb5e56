package dev.acceld.probe.nvidia.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same as {@link LayoutAuditTest} for operational events, whose structs are in no header of
 * NVML 13.3: a C compiler compares each number with the declarations beside this class.
 */
class EventLayoutTest {
  private static final Map<String, String> IN_C = new LinkedHashMap<>();

  static {
    struct(
        "OperationalConfig",
        "nvmlGpuOperationalEventConfig_v1_t",
        "UUID uuid",
        "LOG_LEVEL minLogLevel",
        "SEVERITY minSeverity");
    length("OperationalConfig.UUID_LENGTH", "nvmlGpuOperationalEventConfig_v1_t", "uuid");
    struct(
        "EventWait",
        "nvmlEventSetWait_v3_t",
        "TIMEOUT timeoutMs",
        "DATA_TYPE dataType",
        "UUID uuid",
        "MODULE sourceModule",
        "TYPE eventType",
        "DATA eventData",
        "GROUP groupCursor",
        "SEVERITY severity",
        "CATEGORY categoryId",
        "CODE moduleEventCode",
        "ATTRIBUTES attributes",
        "GROUP_ATTRIBUTES groupAttributes");
    length("EventWait.UUID_LENGTH", "nvmlEventSetWait_v3_t", "uuid");
    length("EventWait.MODULE_LENGTH", "nvmlEventSetWait_v3_t", "sourceModule");
    IN_C.put("EventWait.EVENT_BIT", "NVML_EVENT_DATA_TYPE_NVML_EVENT");
    IN_C.put("EventWait.OPERATIONAL", "NVML_EVENT_DATA_TYPE_GPU_OPERATIONAL_EVENT");
    IN_C.put("EventWait.OVERFLOW", "NVML_OPERATIONAL_EVENT_ATTR_OVERFLOW");
    IN_C.put("EventWait.RECOVERED", "NVML_OPERATIONAL_EVENT_GROUP_ATTR_RECOVERED");
    IN_C.put("EventWait.PREVIOUS", "NVML_OPERATIONAL_EVENT_GROUP_ATTR_PREVERR");
    IN_C.put("EventWait.SIMULATED", "NVML_OPERATIONAL_EVENT_GROUP_ATTR_SIMULATED");
    struct("ContextCount", "nvmlEventSetGetContextCount_v1_t", "COUNT count");
    struct(
        "ContextInfo",
        "nvmlEventSetGetContextInfo_v1_t",
        "INDEX index",
        "TYPE nvmlGpuOperationalEventContextType");
    IN_C.put("ContextInfo.LEGACY_XID", "NVML_GPU_OPERATIONAL_EVENT_CONTEXT_TYPE_LEGACY_XID");
    struct(
        "ContextXid",
        "nvmlEventSetGetGpuOperationalEventContextLegacyXid_v1_t",
        "INDEX index",
        "XID xidCode");
  }

  @TempDir Path dir;

  private static void struct(String java, String c, String... fields) {
    IN_C.put(java + ".SIZE", "sizeof(" + c + ")");
    for (String names : fields) {
      String[] name = names.split(" ", 2);
      IN_C.put(java + "." + name[0], "offsetof(" + c + ", " + name[1] + ")");
    }
  }

  private static void length(String java, String c, String field) {
    IN_C.put(java, "sizeof(((" + c + " *)0)->" + field + ")");
  }

  @Test
  void everyNumberIsThePublishedOne() throws Exception {
    Map<String, Integer> java = numbers();
    assertThat(IN_C.keySet()).as("each constant has its word in C").isEqualTo(java.keySet());
    StringBuilder source = new StringBuilder();
    IN_C.forEach((name, c) -> check(source, name, c, java.getOrDefault(name, -1)));
    check(
        source, "severity from which on it is fatal", "NVML_OPERATIONAL_EVENT_SEVERITY_FATAL", 40);
    check(source, "severity", "NVML_OPERATIONAL_EVENT_SEVERITY_RECOVERABLE", 30);
    check(source, "severity", "NVML_OPERATIONAL_EVENT_SEVERITY_CORRECTED", 20);
    check(source, "log level", "NVML_GPU_OPERATIONAL_EVENT_LOG_LEVEL_NOTICE", 30);
    assertThat(compile(source)).isEmpty();
  }

  @Test
  void aWrongNumberIsNoticed() throws Exception {
    StringBuilder source = new StringBuilder();
    check(source, "EventWait.MODULE", "offsetof(nvmlEventSetWait_v3_t, sourceModule)", 112);
    assertThat(compile(source)).contains("EventWait.MODULE");
  }

  private static void check(StringBuilder source, String name, String c, int value) {
    source.append("_Static_assert((").append(c).append(") == ").append(value);
    source.append(", \"").append(name).append("\");\n");
  }

  private static Map<String, Integer> numbers() throws IllegalAccessException {
    Map<String, Integer> numbers = new TreeMap<>();
    for (Class<?> type : Set.of(EventLayout.class.getDeclaredClasses())) {
      for (Field field : type.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
          numbers.put(type.getSimpleName() + "." + field.getName(), field.getInt(null));
        }
      }
    }
    return numbers;
  }

  private String compile(StringBuilder checks) throws Exception {
    try (InputStream facts = EventLayoutTest.class.getResourceAsStream("nvml-events-facts.h")) {
      assertThat(facts).isNotNull();
      Files.write(dir.resolve("facts.h"), facts.readAllBytes());
    }
    Path file =
        Files.writeString(
            dir.resolve("audit.c"), "#include <stddef.h>\n#include \"facts.h\"\n" + checks);
    Process cc;
    try {
      cc =
          new ProcessBuilder("cc", "-std=gnu11", "-fsyntax-only", file.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      Assumptions.abort("no C compiler 'cc' on the PATH: the layouts are not audited here");
      throw e;
    }
    String output = new String(cc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return cc.waitFor() == 0 ? "" : output;
  }
}
