import { Controller, Delete, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../http/api-problems.decorator.js';
import { IdPipe } from '../http/id.pipe.js';
import { Permit } from '../http/permit.decorator.js';
import { AgentTags } from './agent-tags.service.js';
import { TagNamePipe } from './tag-name.pipe.js';

const TagParam = ApiParam({ name: 'tag', description: 'Name of the tag; case matters.', example: 'gpu' });

/** Attached tags of an agent in the native API. */
@ApiTags('Tags')
@Controller('api/v2/agents/:id/tags/:tag')
export class AgentTagsController {
  constructor(@Inject(AgentTags) private readonly agents: AgentTags) {}

  @Put()
  @Permit('tags:write')
  @HttpCode(204)
  @TagParam
  @ApiOperation({
    summary: 'Attach a tag to an agent',
    description:
      'Beside the tags that it declared itself. Later agents of the same name carry it too (in-process workers: of the same machine). Counts for ' +
      'the jobs of this tenant that require or exclude it, in any case, within seconds. An agent that serves every tenant takes a system administrator.',
  })
  @ApiNoContentResponse({ description: 'The agent carries the tag.' })
  @ApiProblems('invalid_input', 'not_found', 'forbidden')
  async attach(@Param('id', new IdPipe('agent')) id: string, @Param('tag', TagNamePipe) tag: string): Promise<void> {
    await this.agents.attach(id, tag);
  }

  @Delete()
  @Permit('tags:write')
  @HttpCode(204)
  @TagParam
  @ApiOperation({
    summary: 'Take a tag off an agent',
    description: 'Tags that the agent declared itself stay. Does nothing if the tag was not attached. Runs go on.',
  })
  @ApiNoContentResponse({ description: 'The tag is not attached to the agent.' })
  @ApiProblems('invalid_input', 'not_found', 'forbidden')
  async detach(@Param('id', new IdPipe('agent')) id: string, @Param('tag', TagNamePipe) tag: string): Promise<void> {
    await this.agents.detach(id, tag);
  }
}
