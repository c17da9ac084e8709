import { stateAccess } from './access-statement.js';

/** Opens a route, or all routes of a controller, to whoever is signed in: for what concerns oneself. */
export const Authenticated = (): MethodDecorator & ClassDecorator => stateAccess('authenticated');
