/**
 * What a vendor's cheap self-test of a device must tell. Knows no vendor, and decides nothing: when
 * a device is tested is the business of whoever gives it away.
 */
@NullMarked
package dev.acceld.selftest;

import org.jspecify.annotations.NullMarked;
