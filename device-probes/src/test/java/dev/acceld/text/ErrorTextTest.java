package dev.acceld.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorTextTest {
  @Test
  void saysWhatTheTypesMean() {
    Map<Throwable, String> cases = new LinkedHashMap<>();
    cases.put(new NoSuchFileException("/a"), "/a: no such file or directory");
    cases.put(new AccessDeniedException("/a"), "/a: permission denied");
    cases.put(new FileAlreadyExistsException("/a"), "/a: it already exists and is not a directory");
    cases.put(new DirectoryNotEmptyException("/a"), "/a: the directory is not empty");
    cases.put(
        new FileSystemException("/a", null, "Read-only file system"), "/a: read-only file system");
    cases.put(new FileSystemException("/a"), "/a: the file system does not permit it");
    cases.put(new MalformedInputException(1), "it is not valid UTF-8");
    cases.put(new ConnectException("Connection refused"), "connection refused");
    cases.put(new ConnectException(), "cannot connect");
    cases.put(new EOFException(), "unexpected end of file");
    cases.put(new SocketException("No such file or directory"), "No such file or directory");
    cases.put(
        new UnknownHostException("api: Name or service not known"),
        "the host name 'api' does not resolve");
    cases.put(
        new UnknownHostException(
            "jdk.internal.util.Exceptions$NonSocketInfo@31368b99vm: Temporary failure"),
        "the host name 'vm' does not resolve");
    cases.put(new IOException("a sentence of our own"), "a sentence of our own");
    cases.put(new IOException(new NoSuchFileException("/a")), "/a: no such file or directory");
    cases.put(new UncheckedIOException(new IOException("disk full")), "disk full");
    cases.put(
        new IOException(
            "PKIX path building failed:"
                + " sun.security.provider.certpath.SunCertPathBuilderException: no path"),
        "PKIX path building failed: no path");
    cases.put(new IOException("first line\n\tat dev.acceld.X"), "first line");
    cases.put(
        new IOException("cannot read /etc/my.conf/io.Config"),
        "cannot read /etc/my.conf/io.Config");
    cases.put(new ArrayIndexOutOfBoundsException(), "array index out of bounds");
    cases.forEach((e, words) -> assertThat(ErrorText.of(e)).isEqualTo(words));
  }
}
