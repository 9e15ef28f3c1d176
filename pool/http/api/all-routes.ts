/**
 * All routes of the API.
 * @module
 */
import { API_ROUTES, type ApiRoute } from './api-routes.js';
import { AUDIT_ROUTES } from './audit-routes.js';

export const ALL_ROUTES: readonly ApiRoute[] = [...API_ROUTES, ...AUDIT_ROUTES];
