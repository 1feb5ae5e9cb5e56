package dev.acceld.probe.nvidia.nvml;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.acceld.probe.nvidia.nvml.Symbol.Shape;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A loaded {@code libnvidia-ml.so.1}. One method for each form of function, no logic: a symbol that
 * this driver lacks answers {@link NvmlReturn#FUNCTION_NOT_FOUND} and costs nothing else.
 *
 * <p>Any thread may call (nvml.h declares the library thread-safe), with memory of its own for what
 * comes out. A call may take as long as the driver likes. After {@link #close} no method must be
 * called any more, nor may one be under way.
 *
 * <p>Bound as JNA functions, one by one. JNA's direct mapping is faster (0.15 µs a call against 1.7
 * with C1) but ties a library to a class: one missing symbol fails the whole class, and a second
 * copy of the library in the process (a driver that was exchanged) would need another class. A
 * sample of eight GPUs is a hundred calls. Structs are plain memory with offsets ({@link Layout}),
 * never JNA's {@code Structure}.
 */
public final class Nvml implements AutoCloseable {
  /** RTLD_LAZY without RTLD_GLOBAL: the symbols of one copy must not catch the calls of another. */
  private static final int OPEN_FLAGS = 1;

  /** RTLD_NODELETE of glibc. */
  private static final int NO_DELETE = 0x1000;

  /** NVML_INIT_FLAG_NO_ATTACH. */
  private static final int NO_ATTACH = 2;

  private static final AtomicInteger LOADS = new AtomicInteger();

  private final NativeLibrary library;
  private final @Nullable Function[] functions = new @Nullable Function[Symbol.values().length];
  private final Map<Symbol, String> missing = new EnumMap<>(Symbol.class);

  private Nvml(NativeLibrary library) {
    this.library = library;
    for (Symbol symbol : Symbol.values()) {
      try {
        functions[symbol.ordinal()] = library.getFunction(symbol.function());
      } catch (UnsatisfiedLinkError e) {
        missing.put(symbol, "this driver's library has no " + symbol.function());
      }
    }
  }

  /**
   * Loads a library.
   *
   * @param library an absolute path, or a bare name for the loader's own search
   * @throws UnsatisfiedLinkError when the loader refuses it; the message says why
   */
  public static Nvml load(String library) {
    return new Nvml(open(library, OPEN_FLAGS));
  }

  /**
   * JNA hands the same object to all who ask for the same name and options, and the first to close
   * it takes it from the others. A number among the options, which JNA does not look at, makes each
   * one's own; the loader counts.
   */
  private static NativeLibrary open(String library, int flags) {
    return NativeLibrary.getInstance(
        library,
        Map.of(Library.OPTION_OPEN_FLAGS, flags, "acceld-instance", LOADS.incrementAndGet()));
  }

  /** The symbols that were not found, with the reason. */
  public Map<Symbol, String> missing() {
    return Collections.unmodifiableMap(missing);
  }

  /** Unloads the library. */
  @Override
  public void close() {
    library.close();
  }

  /**
   * Instead of {@link #close} when a call is still under way: the library stays loaded for good,
   * even when a later load and close of the same file come.
   */
  public void abandon() {
    open(library.getFile().getPath(), OPEN_FLAGS | NO_DELETE);
  }

  /** Initialises; counted, so each success needs its {@link #shutdown}. */
  public NvmlReturn init() {
    return call(Symbol.INIT);
  }

  /** The same, but a GPU is attached only when its handle is asked for. */
  public NvmlReturn initWithoutAttaching() {
    return call(Symbol.INIT_WITH_FLAGS, NO_ATTACH);
  }

  /** Ends one {@link #init}. */
  public NvmlReturn shutdown() {
    return call(Symbol.SHUTDOWN);
  }

  /** The driver's version, NUL-terminated. */
  public NvmlReturn systemDriverVersion(Memory text) {
    return call(Symbol.SYSTEM_DRIVER_VERSION, text, (int) text.size());
  }

  /** One int: major × 1000 + minor × 10. */
  public NvmlReturn systemCudaDriverVersion(Pointer version) {
    return call(Symbol.SYSTEM_CUDA_DRIVER_VERSION, version);
  }

  /** How many GPUs there are, counting those whose handle cannot be had. */
  public NvmlReturn deviceCount(Pointer count) {
    return call(Symbol.DEVICE_COUNT, count);
  }

  /** The handle of a GPU by its position today. It may take seconds to wake the GPU up. */
  public NvmlReturn deviceByIndex(int index, Pointer handle) {
    return call(Symbol.DEVICE_BY_INDEX, index, handle);
  }

  /** The handle of a GPU by its PCI address, {@code 00000000:17:00.0}; no other is touched. */
  public NvmlReturn deviceByPci(String address, Pointer handle) {
    return call(Symbol.DEVICE_BY_PCI, address, handle);
  }

  /** A function that fills one thing in. */
  public NvmlReturn get(Symbol symbol, Pointer device, Pointer out) {
    check(symbol, Shape.OUT);
    return call(symbol, device, out);
  }

  /** A function that fills two things in. */
  public NvmlReturn get(Symbol symbol, Pointer device, Pointer out, Pointer second) {
    check(symbol, Shape.OUT_OUT);
    return call(symbol, device, out, second);
  }

  /** A function with a selector. */
  public NvmlReturn get(Symbol symbol, Pointer device, int which, Pointer out) {
    check(symbol, Shape.INT_OUT);
    return call(symbol, device, which, out);
  }

  /** A function with two selectors. */
  public NvmlReturn get(Symbol symbol, Pointer device, int which, int kind, Pointer out) {
    check(symbol, Shape.INT_INT_OUT);
    return call(symbol, device, which, kind, out);
  }

  /** A function with a selector and two places, the first of which may be read only. */
  public NvmlReturn get(Symbol symbol, Pointer device, int which, Pointer out, Pointer second) {
    check(symbol, Shape.INT_OUT_OUT);
    return call(symbol, device, which, out, second);
  }

  /** A function that does something to what the handle stands for. */
  public NvmlReturn act(Symbol symbol, Pointer handle) {
    check(symbol, Shape.ALONE);
    return call(symbol, handle);
  }

  /** A function with three selectors. */
  public NvmlReturn get(
      Symbol symbol, Pointer device, int which, int kind, int place, Pointer out) {
    check(symbol, Shape.INT_INT_INT_OUT);
    return call(symbol, device, which, kind, place, out);
  }

  /** Room for a GPM sample; to be freed. */
  public NvmlReturn gpmSampleAlloc(Pointer sample) {
    return call(Symbol.GPM_SAMPLE_ALLOC, sample);
  }

  /** Frees a GPM sample. */
  public NvmlReturn gpmSampleFree(Pointer sample) {
    return call(Symbol.GPM_SAMPLE_FREE, sample);
  }

  /** What passed between two samples; each metric has a return code of its own besides this one. */
  public NvmlReturn gpmMetricsGet(Pointer request) {
    return call(Symbol.GPM_METRICS_GET, request);
  }

  /** A function that writes text of at most the memory's size. */
  public NvmlReturn text(Symbol symbol, Pointer device, Memory text) {
    check(symbol, Shape.TEXT);
    return call(symbol, device, text, (int) text.size());
  }

  /** Many values at once; each has a return code of its own besides this one. */
  public NvmlReturn fieldValues(Pointer device, FieldValues values) {
    return call(Symbol.FIELD_VALUES, device, values.count(), values.memory());
  }

  /**
   * How busy each process kept the GPU: as many samples as fit, and their number.
   *
   * @param count how many fit; afterwards how many there are
   * @param lastSeen only what is newer, microseconds since 1970
   */
  public NvmlReturn processUtilization(
      Pointer device, Pointer samples, Pointer count, long lastSeen) {
    return call(Symbol.PROCESS_UTILIZATION, device, samples, count, lastSeen);
  }

  /** An empty event set. */
  public NvmlReturn eventSetCreate(Pointer set) {
    return call(Symbol.EVENT_SET_CREATE, set);
  }

  /** Frees an event set that nobody waits on. */
  public NvmlReturn eventSetFree(Pointer set) {
    return call(Symbol.EVENT_SET_FREE, set);
  }

  /** Adds events of a GPU to a set; the mask must hold supported bits only. */
  public NvmlReturn registerEvents(Pointer device, long mask, Pointer set) {
    return call(Symbol.REGISTER_EVENTS, device, mask, set);
  }

  /** Waits for an event; {@link NvmlReturn#TIMEOUT} when there was none. It may return early. */
  public NvmlReturn eventSetWait(Pointer set, Pointer event, int milliseconds) {
    return call(Symbol.EVENT_SET_WAIT, set, event, milliseconds);
  }

  /**
   * NUL-terminated text that a call wrote at that place; what is not printable ASCII becomes '?'.
   */
  public static String string(Pointer memory, long offset, int length) {
    byte[] bytes = memory.getByteArray(offset, length);
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      if (bytes[end] < 0x20 || bytes[end] == 0x7f) {
        bytes[end] = '?';
      }
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.US_ASCII).strip();
  }

  private static void check(Symbol symbol, Shape shape) {
    if (symbol.shape() != shape) {
      throw new IllegalArgumentException(symbol.function() + " has another name");
    }
  }

  private NvmlReturn call(Symbol symbol, Object... arguments) {
    Function function = functions[symbol.ordinal()];
    return function == null
        ? NvmlReturn.FUNCTION_NOT_FOUND
        : NvmlReturn.of(function.invokeInt(arguments));
  }
}
