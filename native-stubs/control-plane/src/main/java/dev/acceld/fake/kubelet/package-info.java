/**
 * A fake kubelet as DRA plugins see it, on a transport that shares no code with the agent's. For
 * the demo, benchmarks and tests; not part of an installation.
 */
@NullMarked
package dev.acceld.fake.kubelet;

import org.jspecify.annotations.NullMarked;
