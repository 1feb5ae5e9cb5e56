package dev.acceld.image.assembly;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Jars made of classes that mention each other. */
final class TestJar {
  private TestJar() {}

  /** Of classes, each written as {@code pkg/Name} or {@code pkg/Name>pkg/Mentioned}. */
  static Path write(Path jar, String... classes) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String text : classes) {
        int arrow = text.indexOf('>');
        String name = arrow < 0 ? text : text.substring(0, arrow);
        zip.putNextEntry(new ZipEntry(name + ".class"));
        zip.write(bytes(name, arrow < 0 ? "java/lang/Object" : text.substring(arrow + 1)));
        zip.closeEntry();
      }
    }
    return jar;
  }

  private static byte[] bytes(String name, String mentioned) {
    return ClassFile.of()
        .build(
            ClassDesc.ofInternalName(name),
            type ->
                type.withMethodBody(
                    "call",
                    MethodTypeDesc.of(ConstantDescs.CD_void),
                    ClassFile.ACC_STATIC,
                    code -> code.new_(ClassDesc.ofInternalName(mentioned)).pop().return_()));
  }
}
