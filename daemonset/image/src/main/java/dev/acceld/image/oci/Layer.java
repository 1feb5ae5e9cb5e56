package dev.acceld.image.oci;

import java.nio.file.Path;

/**
 * A layer as written.
 *
 * @param title what it holds, for people
 * @param file the gzip-compressed tar archive
 * @param digest SHA-256 of the file
 * @param diffId SHA-256 of the tar archive before compression
 * @param size of the file, in bytes
 * @param unpackedSize of the tar archive, in bytes
 */
public record Layer(
    String title, Path file, String digest, String diffId, long size, long unpackedSize) {}
