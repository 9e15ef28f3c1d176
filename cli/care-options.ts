/**
 * Options of `lesswork mine` about its devices: CPUs of their threads, sensors, limits, and what is done in trouble.
 * @module
 */
import { Option } from 'commander';
import { MAX_NO_WORK_SECONDS, MAX_RESTARTS, MINER_DEFAULTS } from '../miner/config/defaults.js';
import { parseCpuList } from '../miner/cpus/cpu-list.js';
import { parseSchedule } from '../miner/limits/schedule.js';
import { LEAST_LIMIT_C, MOST_LIMIT_C } from '../miner/limits/temperature-limit.js';
import { parseOnTrouble } from '../miner/watchdog/on-trouble.js';
import { usageError, wholeNumber } from './options.js';
import { parseLoad } from './units.js';

export function careOptions(): Option[] {
  return [
    new Option(
      '--affinity <cpus>',
      'bind each thread of the CPU device to a CPU of its own: 0,2,4-7 (Linux, Windows)',
    ).argParser(checked(parseCpuList)),
    new Option(
      '--temp-limit <celsius>',
      'pause a device at this temperature, until it is 10 °C below',
    ).argParser(wholeNumber(LEAST_LIMIT_C, MOST_LIMIT_C)),
    new Option(
      '--max-load <percent>',
      'part of their time that devices may be busy for: 60% pauses between pieces of work, the rate stays even',
    ).argParser(usageError(parseLoad)),
    new Option('--pause-on-battery', 'pause while the machine runs on its battery (Linux, macOS)').default(
      false,
    ),
    new Option(
      '--schedule <hours>',
      'mine in these hours only, by the clock of this place: 22:00-06:00, or "Mon-Fri 22:00-06:00, Sat-Sun"',
    ).argParser(checked(parseSchedule)),
    new Option('--no-sensors', "leave the devices' temperature, power, fan and clocks alone"),
    new Option(
      '--on-trouble <what>',
      'restart devices, as always; exit with code 42; or "run COMMAND", without a shell, with the facts in LESSWORK_... variables',
    )
      .default(MINER_DEFAULTS.onTrouble)
      .argParser(checked(parseOnTrouble)),
    new Option('--max-restarts <n>', 'restarts of one device within an hour that are no trouble yet')
      .default(MINER_DEFAULTS.maxRestarts)
      .argParser(wholeNumber(0, MAX_RESTARTS)),
    positive(new Option('--no-work-timeout <seconds>', 'time without a hash that is trouble')).argParser(
      wholeNumber(1, MAX_NO_WORK_SECONDS),
    ),
  ];
}

/** Refuses what a parser refuses, and leaves the text as it is: settings are parsed once, where they all are. */
function checked(parse: (text: string) => unknown): (text: string) => string {
  return usageError((text) => {
    parse(text);
    return text;
  });
}

/** Commander takes every option that begins with "no-" for the opposite of another. */
function positive(option: Option): Option {
  option.negate = false;
  return option;
}
