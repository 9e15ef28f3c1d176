/**
 * `PUT /1/config`: settings that a program gives.
 * @module
 */
import { parseJson } from '../../protocol/json-text.js';
import type { MinerControl } from '../control.js';

/** The answer, with its status. Undefined: all that was asked for is done, and nothing more is to be said. */
export type ConfigAnswer = { readonly status: 200 | 400; readonly body: object } | undefined;

/** Takes them up. @param text - the body of the request */
export async function answerConfig(
  text: string,
  control: Pick<MinerControl, 'apply'>,
): Promise<ConfigAnswer> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    return refused([`configuration: ${(error as Error).message}`]);
  }
  const outcome = await control.apply(value);
  if (!outcome.applied) return refused(outcome.problems);
  const { applied: _, ...rest } = outcome;
  return outcome.atRestart.length === 0 && outcome.written ? undefined : { status: 200, body: rest };
}

function refused(problems: readonly string[]): ConfigAnswer {
  return {
    status: 400,
    body: { status: 400, code: 'invalidSettings', error: problems.join('; '), problems },
  };
}
