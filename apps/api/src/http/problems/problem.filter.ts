import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { summariseError, type Logger } from '../../logging/index.js';
import { INTERNAL_ERROR, problemOf } from './problem.js';
import { sendProblem } from './send-problem.js';

/** Every failure of every request ends here, the router's and the body parser's included. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = problemOf(error);
    if (!problem || problem.status >= 500) {
      this.logger.error(
        { requestId: request.id, traceId: request.traceId, error: summariseError(error) },
        'request failed',
      );
    }
    if (!reply.sent) sendProblem(reply, problem ?? INTERNAL_ERROR, request.id);
  }
}
