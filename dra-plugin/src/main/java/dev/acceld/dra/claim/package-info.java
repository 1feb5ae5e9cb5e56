/**
 * The lifecycle of a ResourceClaim on this node: prepare, unprepare, records on disk, locks,
 * garbage collection. Unprepare never needs the API server. No gRPC and no vendor code here.
 */
@NullMarked
package dev.acceld.dra.claim;

import org.jspecify.annotations.NullMarked;
