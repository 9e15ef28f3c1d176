/**
 * The values in the files of a hwmon: temperatures in thousandths of a degree, power in µW, energy in µJ, clocks in Hz.
 * Pure.
 * @module
 */

/** Names of the files that are of use. */
export const HWMON_FILES =
  /^(temp\d{1,2}_(input|label)|power1_(average|input)|energy\d_(input|label)|fan1_(input|max)|pwm1(_max)?|freq\d_(input|label))$/;

/** Of those, the ones that stay as they are. */
export const FIXED_FILES = /(_label|_max)$/;

/** A fan's full speed where the driver does not say: eight bits. */
const FULL_PWM = 255;

/** Contents of files by their name. */
export type Files = ReadonlyMap<string, string>;

/** What one look at a card gives. */
export interface CardValues {
  readonly temperatureC: number | undefined;
  readonly powerW: number | undefined;
  readonly fanPercent: number | undefined;
  readonly coreMHz: number | undefined;
  readonly memoryMHz: number | undefined;
  /** Where energy is counted: the file, and what it says. */
  readonly energyFile: string | undefined;
  readonly energyMicrojoules: number | undefined;
}

export function cardReading(files: Files): CardValues {
  const power = numberOf(files, 'power1_average') ?? numberOf(files, 'power1_input');
  const core = labelled(files, 'freq', ['sclk']);
  const memory = labelled(files, 'freq', ['mclk']);
  // The whole card, where there is more than one counter.
  const energyFile = labelled(files, 'energy', ['card', 'pkg']) ?? firstOf(files, 'energy');
  return {
    temperatureC: cardTemperature(files),
    powerW: power === undefined ? undefined : power / 1e6,
    fanPercent: fanOf(files),
    coreMHz: core === undefined ? undefined : numberOf(files, core)! / 1e6,
    memoryMHz: memory === undefined ? undefined : numberOf(files, memory)! / 1e6,
    energyFile,
    energyMicrojoules: energyFile === undefined ? undefined : numberOf(files, energyFile),
  };
}

/** Of the chip as a whole: amdgpu's `edge`, xe's `pkg`, or the first that is not of the memory. °C */
function cardTemperature(files: Files): number | undefined {
  const file =
    labelled(files, 'temp', ['edge', 'pkg']) ??
    inputs(files, 'temp').find((name) => !/^(mem|vram)/.test(labelOf(files, name)));
  return file === undefined ? undefined : numberOf(files, file)! / 1000;
}

/** The file of a CPU's temperature: coretemp's package, k10temp's die, or the first. */
export function cpuTemperatureFile(files: Files): string | undefined {
  const pack = inputs(files, 'temp').find((name) => labelOf(files, name).startsWith('package id'));
  return pack ?? labelled(files, 'temp', ['tdie', 'tctl']) ?? firstOf(files, 'temp');
}

function fanOf(files: Files): number | undefined {
  const pwm = numberOf(files, 'pwm1');
  if (pwm !== undefined) return (pwm / (numberOf(files, 'pwm1_max') || FULL_PWM)) * 100;
  const [speed, full] = [numberOf(files, 'fan1_input'), numberOf(files, 'fan1_max')];
  return speed === undefined || full === undefined || full === 0 ? undefined : (speed / full) * 100;
}

/** The input of a kind with the first of these labels that is there. */
function labelled(files: Files, kind: string, labels: readonly string[]): string | undefined {
  for (const label of labels) {
    const file = inputs(files, kind).find((name) => labelOf(files, name) === label);
    if (file !== undefined) return file;
  }
  return undefined;
}

function firstOf(files: Files, kind: string): string | undefined {
  return inputs(files, kind)[0];
}

/** Inputs of a kind that hold a number, by their own number. */
function inputs(files: Files, kind: string): string[] {
  const found: { readonly name: string; readonly index: number }[] = [];
  for (const name of files.keys()) {
    const [, index] = new RegExp(`^${kind}(\\d{1,2})_input$`).exec(name) ?? [];
    if (index !== undefined && numberOf(files, name) !== undefined)
      found.push({ name, index: Number(index) });
  }
  return found.sort((a, b) => a.index - b.index).map(({ name }) => name);
}

/** In lower case; empty where there is none. */
function labelOf(files: Files, input: string): string {
  return (files.get(input.replace('_input', '_label')) ?? '').trim().toLowerCase();
}

function numberOf(files: Files, name: string): number | undefined {
  return numberIn(files.get(name));
}

/** The number that a file of sysfs holds; undefined if it holds something else. */
export function numberIn(content: string | undefined): number | undefined {
  return content !== undefined && /^-?\d{1,20}\s*$/.test(content) ? Number(content) : undefined;
}
