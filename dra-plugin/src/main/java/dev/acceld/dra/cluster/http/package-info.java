/**
 * How a request gets to the API server and back: address, credentials, TLS, deadlines, and a bound
 * on what is read. Knows no Kubernetes object.
 */
@NullMarked
package dev.acceld.dra.cluster.http;

import org.jspecify.annotations.NullMarked;
