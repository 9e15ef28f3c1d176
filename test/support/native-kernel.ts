/**
 * Whether there is a native kernel here: the one that the build has made, or with LESSWORK_NATIVE=prebuilt the one of `npm run kernels`.
 * @module
 */
import { findNativeKernel } from '../../shaders/cpu/find-native.js';

const { LESSWORK_NATIVE } = process.env;

/** What is found here by tests that hash with machine code whatever others do. */
export const NATIVE = findNativeKernel({ env: LESSWORK_NATIVE === 'prebuilt' ? { LESSWORK_NATIVE } : {} });

/** What is missing here for tests with a native kernel, or undefined. */
export const MISSING_NATIVE: string | undefined = NATIVE.variant === undefined ? NATIVE.reason : undefined;
