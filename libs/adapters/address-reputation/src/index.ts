export { openAddressLists } from './listed-addresses.js';
