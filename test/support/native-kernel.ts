/**
 * Whether the build has made a native kernel here.
 * @module
 */
import { findNativeKernel } from '../../shaders/cpu/find-native.js';

const { variant, reason } = findNativeKernel({ env: {} });

/** What is missing here for tests with a native kernel, or undefined. */
export const MISSING_NATIVE: string | undefined = variant === undefined ? reason : undefined;
