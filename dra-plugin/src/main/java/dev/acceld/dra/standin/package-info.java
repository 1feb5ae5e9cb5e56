/**
 * A stand-in control plane, for the demo and the tests: an API server and a kubelet that speak the
 * real wire protocols. Not part of an installation.
 */
@NullMarked
package dev.acceld.dra.standin;

import org.jspecify.annotations.NullMarked;
