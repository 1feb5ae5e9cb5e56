/**
 * The Container Device Interface: its file format, and atomic writes, so that a runtime never sees
 * an incomplete file. Independent of claims and vendors.
 */
@NullMarked
package dev.acceld.dra.cdi;

import org.jspecify.annotations.NullMarked;
