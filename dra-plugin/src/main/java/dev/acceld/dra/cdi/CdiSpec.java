package dev.acceld.dra.cdi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.acceld.device.access.ContainerHook;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.device.access.HostMount;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One CDI file.
 *
 * @param kind {@code vendor/class}
 * @param devices at least one, names unique
 * @param hooks what a runtime runs once for a container that has any of the devices, however many
 */
public record CdiSpec(String kind, List<CdiDevice> devices, List<ContainerHook> hooks) {
  private static final JsonFactory JSON = new JsonFactory();

  /** Takes a copy and checks. */
  public CdiSpec {
    devices = List.copyOf(devices);
    hooks = List.copyOf(hooks);
    if (devices.isEmpty()) {
      throw new IllegalArgumentException("a CDI file needs at least one device");
    }
    Set<String> names = new HashSet<>();
    for (CdiDevice device : devices) {
      if (!names.add(device.name())) {
        throw new IllegalArgumentException("CDI device '" + device.name() + "' twice in one file");
      }
    }
  }

  /** With nothing but its devices. */
  public CdiSpec(String kind, List<CdiDevice> devices) {
    this(kind, devices, List.of());
  }

  /**
   * The lowest version that covers what is used: a runtime rejects the whole file when it does not
   * know the version or when the version is too low. Only a name that begins with a digit needs
   * 0.5.0.
   */
  public String version() {
    for (CdiDevice device : devices) {
      if (Character.isDigit(device.name().charAt(0))) {
        return "0.5.0";
      }
    }
    return "0.3.0";
  }

  /** The file, in UTF-8; the same spec always gives the same bytes. */
  public byte[] toJson() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      json.writeStringField("cdiVersion", version());
      json.writeStringField("kind", kind);
      if (!hooks.isEmpty()) {
        json.writeObjectFieldStart("containerEdits");
        hooks(json, hooks);
        json.writeEndObject();
      }
      json.writeArrayFieldStart("devices");
      for (CdiDevice device : devices) {
        write(json, device);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    out.write('\n');
    return out.toByteArray();
  }

  private static void write(JsonGenerator json, CdiDevice device) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", device.name());
    json.writeObjectFieldStart("containerEdits");
    if (!device.edits().env().isEmpty()) {
      json.writeArrayFieldStart("env");
      for (Map.Entry<String, String> e : device.sortedEnv().entrySet()) {
        json.writeString(e.getKey() + "=" + e.getValue());
      }
      json.writeEndArray();
    }
    if (!device.edits().files().isEmpty()) {
      json.writeArrayFieldStart("deviceNodes");
      for (DeviceFile file : device.edits().files()) {
        write(json, file);
      }
      json.writeEndArray();
    }
    mounts(json, device.edits().mounts());
    hooks(json, device.edits().hooks());
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void mounts(JsonGenerator json, List<HostMount> mounts) throws IOException {
    if (mounts.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart("mounts");
    for (HostMount mount : mounts) {
      json.writeStartObject();
      json.writeStringField("hostPath", mount.hostPath());
      json.writeStringField("containerPath", mount.containerPath());
      texts(json, "options", mount.options());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void hooks(JsonGenerator json, List<ContainerHook> hooks) throws IOException {
    if (hooks.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart("hooks");
    for (ContainerHook hook : hooks) {
      json.writeStartObject();
      json.writeStringField("hookName", "createContainer");
      json.writeStringField("path", hook.path());
      texts(json, "args", hook.args());
      if (!hook.env().isEmpty()) {
        texts(json, "env", hook.env());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void texts(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, DeviceFile file) throws IOException {
    json.writeStartObject();
    json.writeStringField("path", file.path());
    json.writeStringField("type", "c");
    if (file.number().isPresent()) {
      json.writeNumberField("major", file.number().get().major());
      json.writeNumberField("minor", file.number().get().minor());
    }
    json.writeStringField("permissions", "rwm");
    json.writeEndObject();
  }
}
