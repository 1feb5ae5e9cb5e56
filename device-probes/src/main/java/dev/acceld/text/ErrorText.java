package dev.acceld.text;

import java.io.EOFException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, in words for people. Java tells part of it in an exception's type only, and puts
 * class names into messages of other exceptions; neither says anything to whoever reads a log.
 */
public final class ErrorText {
  /** {@code javax.net.ssl.SSLException: } and the like, anywhere in a message. */
  private static final Pattern CLASS_NAME =
      Pattern.compile(
          "(?<![\\w/.-])(?:java|javax|jdk|sun|com|io|org|dev)(?:\\.[a-z]\\w*)+\\.[A-Z]\\w*(?:[$.][A-Z]\\w*)*"
              + "(?:@[0-9a-f]{1,8}|: )?");

  private ErrorText() {}

  /** One line without class names. Never empty. */
  public static String of(Throwable e) {
    return switch (e) {
      case NoSuchFileException n -> file(n, "no such file or directory");
      case AccessDeniedException a -> file(a, "permission denied");
      case FileAlreadyExistsException f -> file(f, "it already exists and is not a directory");
      case NotDirectoryException n -> file(n, "not a directory");
      case DirectoryNotEmptyException n -> file(n, "the directory is not empty");
      case FileSystemLoopException l -> file(l, "there is a loop of symbolic links");
      case FileSystemException f when f.getReason() != null ->
          file(f, decapitalized(f.getReason()));
      case FileSystemException f -> file(f, "the file system does not permit it");
      case ReadOnlyFileSystemException r -> "read-only file system";
      case CharacterCodingException c -> "it is not valid UTF-8";
      case UnknownHostException u -> "the host name '" + host(u) + "' does not resolve";
      case ConnectException c -> message(c).map(ErrorText::decapitalized).orElse("cannot connect");
      case NoRouteToHostException n -> "no route to host";
      case SocketTimeoutException s -> "timeout";
      case InterruptedIOException i -> message(i).orElse("interrupted");
      case ClosedChannelException c -> "the connection is closed";
      case EOFException f -> "unexpected end of file";
      default -> other(e);
    };
  }

  private static String other(Throwable e) {
    Throwable cause = e.getCause();
    if (cause != null && cause != e && cause.toString().equals(e.getMessage())) {
      return of(cause); // it only wraps
    }
    Optional<String> message = message(e);
    if (message.isPresent()) {
      return message.get();
    }
    return cause == null || cause == e ? kind(e) : of(cause);
  }

  private static Optional<String> message(Throwable e) {
    @Nullable String message = e.getMessage();
    return Optional.ofNullable(message)
        .map(m -> CLASS_NAME.matcher(m.lines().findFirst().orElse("")).replaceAll("").strip())
        .filter(m -> !m.isEmpty());
  }

  /** For what has no message: {@code IllegalStateException} is "illegal state". */
  private static String kind(Throwable e) {
    String words =
        e.getClass()
            .getSimpleName()
            .replaceAll("(Exception|Error)$", "")
            .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
            .toLowerCase(Locale.ROOT);
    return words.isEmpty() ? "unknown cause" : words;
  }

  private static String host(UnknownHostException e) {
    return message(e).map(m -> m.replaceFirst(": .*", "")).orElse("");
  }

  private static String file(FileSystemException e, String reason) {
    @Nullable String file = e.getFile();
    return file == null ? reason : file + ": " + reason;
  }

  private static String decapitalized(String text) {
    return text.length() > 1 && Character.isLowerCase(text.charAt(1))
        ? text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1)
        : text;
  }
}
