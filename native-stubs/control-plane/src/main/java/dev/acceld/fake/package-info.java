/**
 * How the fake API server, scheduler and kubelet name the objects that they share. Nothing below
 * this package depends on acceld's own code: it must be able to prove that code wrong.
 */
@NullMarked
package dev.acceld.fake;

import org.jspecify.annotations.NullMarked;
