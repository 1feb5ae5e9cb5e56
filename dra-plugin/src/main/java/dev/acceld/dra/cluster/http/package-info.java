/**
 * Transport of a request to the API server and back: address, credentials, TLS, deadlines, and a
 * limit on the size of an answer. Independent of Kubernetes objects.
 */
@NullMarked
package dev.acceld.dra.cluster.http;

import org.jspecify.annotations.NullMarked;
