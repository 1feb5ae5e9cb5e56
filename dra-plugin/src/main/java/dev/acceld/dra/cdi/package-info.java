/**
 * The Container Device Interface: its file format, and writing it so that a runtime never sees half
 * a file. Knows no claims and no vendors.
 */
@NullMarked
package dev.acceld.dra.cdi;

import org.jspecify.annotations.NullMarked;
