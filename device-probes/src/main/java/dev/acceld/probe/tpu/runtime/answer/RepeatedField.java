package dev.acceld.probe.tpu.runtime.answer;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;

/**
 * The elements of one repeated field of a message, one after the other. A message as a whole is
 * never made into objects: an empty element takes two bytes on the wire and fifty in memory, so a
 * small answer could fill the heap.
 */
final class RepeatedField {
  /** More than any workload has devices times types of cores, or sizes of buffers. */
  static final int MOST_ELEMENTS = 1024;

  /** Far more than a distribution takes, with its exemplars. */
  static final int MOST_ELEMENT_BYTES = 32 * 1024;

  /** Takes one element. */
  @FunctionalInterface
  interface Element {
    void read(byte[] bytes) throws InvalidProtocolBufferException;
  }

  private final CodedInputStream in;
  private final Element element;
  private final int[] path;
  private int elements;

  private RepeatedField(CodedInputStream in, Element element, int... path) {
    this.in = in;
    this.element = element;
    this.path = path;
  }

  /**
   * Reads a message to its end.
   *
   * @param path the field's number, after those of the messages that it is in
   * @throws BadAnswerException when it is no message, or has more or larger elements than make
   *     sense
   */
  static void forEach(InputStream message, Element element, int... path) {
    try {
      new RepeatedField(CodedInputStream.newInstance(message), element, path).read(0);
    } catch (IOException e) {
      throw new BadAnswerException("it cannot be decoded");
    }
  }

  private void read(int depth) throws IOException {
    int wanted = WireFormat.FieldType.BYTES.getWireType() | path[depth] << 3;
    int tag;
    while ((tag = in.readTag()) != 0) {
      if (tag != wanted) {
        if (!in.skipField(tag)) {
          throw new BadAnswerException("it cannot be decoded");
        }
      } else if (depth == path.length - 1) {
        readElement();
      } else {
        int outer = in.pushLimit(in.readRawVarint32());
        read(depth + 1);
        in.popLimit(outer);
      }
    }
  }

  private void readElement() throws IOException {
    int length = in.readRawVarint32();
    if (length < 0 || length > MOST_ELEMENT_BYTES) {
      throw new BadAnswerException("it has an entry of more than " + MOST_ELEMENT_BYTES + " bytes");
    }
    if (++elements > MOST_ELEMENTS) {
      throw new BadAnswerException("it has more than " + MOST_ELEMENTS + " entries");
    }
    element.read(in.readRawBytes(length));
  }
}
