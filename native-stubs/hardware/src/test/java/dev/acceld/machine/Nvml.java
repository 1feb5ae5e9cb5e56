package dev.acceld.machine;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import dev.acceld.machine.nvidia.NvidiaDriver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The library of one tree, called by name: raw, so that wrong calls can be made too. */
public final class Nvml implements AutoCloseable {
  final NativeLibrary library;

  private Nvml(Path root) {
    library =
        NativeLibrary.getInstance(root.resolve(NvidiaDriver.nvmlLink().substring(1)).toString());
  }

  public static Nvml load(Path root) {
    return new Nvml(root);
  }

  public static Nvml init(Path root) {
    Nvml nvml = load(root);
    int code = nvml.call("nvmlInit_v2");
    if (code != 0) {
      throw new AssertionError("nvmlInit_v2: " + code);
    }
    return nvml;
  }

  public int call(String symbol, Object... arguments) {
    Function function = library.getFunction(symbol);
    return function.invokeInt(arguments);
  }

  public boolean has(String symbol) {
    try {
      library.getFunction(symbol);
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  public Pointer gpu(int index) {
    PointerByReference handle = new PointerByReference();
    int code = call("nvmlDeviceGetHandleByIndex_v2", index, handle);
    if (code != 0) {
      throw new AssertionError("nvmlDeviceGetHandleByIndex_v2: " + code);
    }
    return handle.getValue();
  }

  public String string(String symbol, Pointer gpu) {
    Memory buffer = new Memory(96);
    int code = call(symbol, gpu, buffer, 96);
    if (code != 0) {
      throw new AssertionError(symbol + ": " + code);
    }
    return buffer.getString(0, StandardCharsets.US_ASCII.name());
  }

  public int u32(String symbol, Pointer gpu) {
    Memory value = new Memory(4);
    int code = call(symbol, gpu, value);
    if (code != 0) {
      throw new AssertionError(symbol + ": " + code);
    }
    return value.getInt(0);
  }

  long u64(String symbol, Pointer gpu) {
    Memory value = new Memory(8);
    int code = call(symbol, gpu, value);
    if (code != 0) {
      throw new AssertionError(symbol + ": " + code);
    }
    return value.getLong(0);
  }

  int temperature(Pointer gpu) {
    Memory value = new Memory(4);
    int code = call("nvmlDeviceGetTemperature", gpu, 0, value);
    return code == 0 ? value.getInt(0) : -code;
  }

  @Override
  public void close() {
    library.close();
  }
}
