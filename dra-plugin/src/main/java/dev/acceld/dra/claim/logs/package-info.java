/**
 * A directory of the host for the logs of each claim's programs, which outlives their containers.
 * Logs are worth less than claims: nothing here fails a prepare or an unprepare.
 */
@NullMarked
package dev.acceld.dra.claim.logs;

import org.jspecify.annotations.NullMarked;
