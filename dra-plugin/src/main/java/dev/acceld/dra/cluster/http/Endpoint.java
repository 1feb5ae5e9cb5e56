package dev.acceld.dra.cluster.http;

import java.net.URI;

/**
 * Where the API server is and how to be let in.
 *
 * @param server its address, without a slash at the end
 * @param tls asked before each request; {@link TlsSource#NONE} for plain HTTP
 * @param anyHostName true when the configuration says that the certificate's names do not matter
 * @param token asked before each request
 * @param origin where all this came from, for messages
 */
public record Endpoint(
    URI server, TlsSource tls, boolean anyHostName, TokenSource token, String origin) {}
