package dev.acceld.probe.intel.drm;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * Asks by {@code ioctl} on the render node, which is open only meanwhile: a node that is kept open
 * would keep the driver from being unbound. The primary node is left alone, for whoever opens it
 * first becomes the master of the display. Numbers and structs are those of the kernel's {@code
 * xe_drm.h} and {@code i915_drm.h}. Not seen on a real GPU.
 */
public final class DrmIoctl implements DrmQuery {
  /** O_RDWR, O_NONBLOCK and O_CLOEXEC (asm-generic/fcntl.h). */
  private static final int OPEN_FLAGS = 02 | 04000 | 02000000;

  /** DRM_IOCTL_XE_DEVICE_QUERY and DRM_XE_DEVICE_QUERY_MEM_REGIONS. */
  private static final long XE_QUERY = 0xc0286440L;

  private static final int XE_REGIONS = 1;
  private static final int XE_BYTES = 40;

  /** DRM_IOCTL_I915_QUERY and DRM_I915_QUERY_MEMORY_REGIONS. */
  private static final long I915_QUERY = 0xc0106479L;

  private static final int I915_REGIONS = 4;
  private static final int I915_BYTES = 16;
  private static final int I915_ITEM_BYTES = 24;

  /** What xe answers to every call of a wedged GPU: ECANCELED (xe_device.c, xe_drm_ioctl). */
  private static final int CANCELED = 125;

  private static final int INTERRUPTED = 4;
  private static final int TRIES = 5;

  /** Far more than the regions of the largest card. */
  private static final int MOST_BYTES = 64 * 1024;

  private final HostFs host;
  private final Function open;
  private final Function ioctl;
  private final Function close;

  private DrmIoctl(HostFs host, NativeLibrary c) {
    this.host = host;
    this.open = c.getFunction("open");
    this.ioctl = c.getFunction("ioctl");
    this.close = c.getFunction("close");
  }

  /** On that host; {@link DrmQuery#NONE} where the C library cannot be called. */
  public static DrmQuery on(HostFs host) {
    try {
      return new DrmIoctl(host, NativeLibrary.getInstance("c"));
    } catch (UnsatisfiedLinkError e) {
      return NONE;
    }
  }

  @Override
  public Answer ask(String driver, DeviceFile render) {
    if (host.node(render.path()).isEmpty()) {
      return Unknown.INSTANCE; // no character device: whoever opens a pipe may wait for ever
    }
    int fd = open.invokeInt(new Object[] {path(render), OPEN_FLAGS});
    if (fd < 0) {
      return Unknown.INSTANCE;
    }
    try {
      return driver.equals("xe") ? xe(fd) : i915(fd);
    } finally {
      close.invokeInt(new Object[] {fd});
    }
  }

  private Memory path(DeviceFile render) {
    byte[] path =
        host.root().resolve(render.path().substring(1)).toString().getBytes(StandardCharsets.UTF_8);
    Memory text = new Memory(path.length + 1L);
    text.clear();
    text.write(0, path, 0, path.length);
    return text;
  }

  /** Once for the length, and again for the answer. */
  private Answer xe(int fd) {
    try (Memory query = cleared(XE_BYTES)) {
      query.setInt(8, XE_REGIONS);
      int error = call(fd, XE_QUERY, query);
      if (error != 0) {
        return error == CANCELED ? new Wedged() : Unknown.INSTANCE;
      }
      OptionalInt length = length(query.getInt(12));
      if (length.isEmpty()) {
        return Unknown.INSTANCE;
      }
      try (Memory answer = cleared(length.getAsInt())) {
        query.setPointer(16, answer);
        error = call(fd, XE_QUERY, query);
        return error == 0
            ? DrmRegions.xe(bytes(answer))
            : error == CANCELED ? new Wedged() : Unknown.INSTANCE;
      }
    }
  }

  private Answer i915(int fd) {
    try (Memory query = cleared(I915_BYTES);
        Memory item = cleared(I915_ITEM_BYTES)) {
      query.setInt(0, 1);
      query.setPointer(8, item);
      item.setLong(0, I915_REGIONS);
      // An item that fails has a negative length, while the call succeeds.
      OptionalInt length =
          call(fd, I915_QUERY, query) == 0 ? length(item.getInt(8)) : OptionalInt.empty();
      if (length.isEmpty()) {
        return Unknown.INSTANCE;
      }
      try (Memory answer = cleared(length.getAsInt())) {
        item.setPointer(16, answer);
        return call(fd, I915_QUERY, query) == 0 && item.getInt(8) > 0
            ? DrmRegions.i915(bytes(answer))
            : Unknown.INSTANCE;
      }
    }
  }

  private static Memory cleared(int bytes) {
    Memory memory = new Memory(bytes);
    memory.clear();
    return memory;
  }

  private static ByteBuffer bytes(Memory memory) {
    return memory.getByteBuffer(0, memory.size()).order(ByteOrder.nativeOrder());
  }

  private static OptionalInt length(int told) {
    return told > 0 && told <= MOST_BYTES ? OptionalInt.of(told) : OptionalInt.empty();
  }

  /** 0, or the number of the error. */
  private int call(int fd, long request, Pointer argument) {
    for (int tries = 0; tries < TRIES; tries++) {
      if (ioctl.invokeInt(new Object[] {fd, new NativeLong(request), argument}) == 0) {
        return 0;
      }
      int error = Native.getLastError();
      if (error != INTERRUPTED) {
        return error == 0 ? -1 : error;
      }
    }
    return INTERRUPTED;
  }
}
