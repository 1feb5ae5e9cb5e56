/**
 * The model that all other packages share: what a device is, its readings, and its health.
 * Immutable values only; nothing here uses files, sockets, libraries, vendor code or Kubernetes.
 */
@NullMarked
package dev.acceld.device;

import org.jspecify.annotations.NullMarked;
