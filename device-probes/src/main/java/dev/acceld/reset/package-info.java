/**
 * Resetting devices: what a vendor's way of doing it must tell, and the two ways that are not a
 * vendor's own, a program and the kernel's reset of PCI functions. Knows no vendor, and decides
 * nothing: who may reset what is the agent's business.
 */
@NullMarked
package dev.acceld.reset;

import org.jspecify.annotations.NullMarked;
